// ESLint rule: names that were replaced must not come back. scripts/retired-names.json lists them with their successors.
import { readFileSync } from 'node:fs';

const { identifiers, codes } = JSON.parse(
  readFileSync(new URL('./retired-names.json', import.meta.url), 'utf8'),
);
const identifierNames = new Map(Object.entries(identifiers));
const codeNames = new Map(Object.entries(codes));

export default {
  meta: { type: 'problem', messages: { retired: '"{{name}}" is retired: use {{successor}}.' }, schema: [] },
  create(context) {
    const check = (names, node, name) => {
      const successor = names.get(name);
      if (successor) context.report({ node, messageId: 'retired', data: { name, successor } });
    };
    return {
      Identifier: (node) => check(identifierNames, node, node.name),
      PrivateIdentifier: (node) => check(identifierNames, node, node.name),
      Literal: (node) => check(codeNames, node, node.value),
    };
  },
};
