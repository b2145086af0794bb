const SECRET = Symbol('secret');

/** The field is never shown, and its variable `X` may be given as a file instead: `X_FILE` is the path. */
export const Secret = (): PropertyDecorator => (target, field) =>
  Reflect.defineMetadata(SECRET, true, target, field);

export const isSecret = (Config: new () => object, field: string): boolean =>
  Reflect.hasMetadata(SECRET, Config.prototype as object, field);
