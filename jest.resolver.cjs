// Our sources import './x.js' as Node will see it after the build; before the build the file is './x.ts'.
module.exports = (path, options) => {
  if (/^\.{1,2}\/.*\.js$/.test(path) && !options.basedir.includes('node_modules')) {
    return options.defaultResolver(path.replace(/\.js$/, '.ts'), options);
  }
  return options.defaultResolver(path, options);
};
