import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { refTo, type Schema } from './schema.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const WHERE = /^(apps|libs|tools)\/[^/]+\/src\/(?!.*\.(spec|mother)\.ts$)/;

/** Writes the answers of routes as schemas: what the compiler knows that their methods return. */
export class ResponseTypes {
  /** Types with a name of their own, by that name. */
  readonly schemas: Record<string, Schema> = {};
  private readonly named = new Map<string, ts.Type>();
  private readonly methods = new Map<string, ts.MethodDeclaration>();

  private constructor(private readonly checker: ts.TypeChecker) {}

  static of(program: ts.Program): ResponseTypes {
    const answers = new ResponseTypes(program.getTypeChecker());
    for (const source of program.getSourceFiles())
      if (WHERE.test(relative(ROOT, source.fileName))) answers.collectMethods(source);
    return answers;
  }

  private collectMethods(node: ts.Node): void {
    if (ts.isClassDeclaration(node) && node.name)
      for (const member of node.members) if (ts.isMethodDeclaration(member)) this.add(node, member);
    ts.forEachChild(node, (child) => this.collectMethods(child));
  }

  /** @throws where two controllers have one name: one's answers would be written for the other's */
  private add({ name, modifiers }: ts.ClassDeclaration, method: ts.MethodDeclaration): void {
    const key = `${name!.text}.${method.name.getText()}`;
    const isController = modifiers?.some((modifier) => modifier.getText().startsWith('@Controller('));
    if (isController && this.methods.has(key)) throw new Error(`two controllers have a method ${key}`);
    if (isController || !this.methods.has(key)) this.methods.set(key, method);
  }

  /** What a method is about, as its comment says. */
  commentOf(controller: string, method: string): string {
    const found = this.methods.get(`${controller}.${method}`);
    const symbol = found && this.checker.getSymbolAtLocation(found.name);
    return symbol ? ts.displayPartsToString(symbol.getDocumentationComment(this.checker)) : '';
  }

  /** The schema of what a method answers; undefined where it answers nothing. */
  schemaOf(controller: string, method: string): Schema | undefined {
    const found = this.methods.get(`${controller}.${method}`);
    if (!found) throw new Error(`no source of ${controller}.${method}`);
    const returned = this.checker.getReturnTypeOfSignature(this.checker.getSignatureFromDeclaration(found)!);
    const answered = this.checker.getAwaitedType(returned) ?? returned;
    if (answered.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) return undefined;
    const name = promisedBy(found);
    return name ? this.writeNamed(answered, name) : this.write(answered);
  }

  private write(type: ts.Type): Schema {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.flags & ts.TypeFlags.BooleanLike && !type.isUnion()) return { type: 'boolean' };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { enum: [type.value] };
    if (type.flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (type.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (type.isUnion()) return this.writeUnion(type);
    if (this.checker.isArrayType(type))
      return {
        type: 'array',
        items: this.write(this.checker.getTypeArguments(type as ts.TypeReference)[0]!),
      };
    if (type.symbol?.name === 'Date') return { type: 'string', format: 'date-time' };
    return this.writeNamed(type);
  }

  private writeUnion({ types }: ts.UnionType): Schema {
    const told = types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    const written = told.map((each) => this.write(each));
    const words = written.flatMap((schema) => (schema.enum as unknown[] | undefined) ?? []);
    const others = written.filter((schema) => !schema.enum);
    const kinds = [...new Set(others.map((schema) => JSON.stringify(schema)))].map(
      (text) => JSON.parse(text) as Schema,
    );
    const all = [...(words.length > 0 ? [{ enum: words }] : []), ...kinds];
    if (all.length === 1) return all[0]!;
    const isPlain = all.every(
      (schema) => typeof schema.type === 'string' && Object.keys(schema).length === 1,
    );
    return isPlain ? { type: all.map(({ type }) => type as string) } : { anyOf: all };
  }

  private writeNamed(type: ts.Type, name = nameOf(type)): Schema {
    if (!name || (this.named.has(name) && this.named.get(name) !== type)) return this.writeObject(type);
    if (!this.named.has(name)) {
      this.named.set(name, type);
      this.schemas[name] = this.writeObject(type);
    }
    return refTo(name);
  }

  private writeObject(type: ts.Type): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const property of this.checker.getPropertiesOfType(type)) {
      const value = this.checker.getTypeOfSymbol(property);
      if (value.flags & ts.TypeFlags.Undefined) continue;
      properties[property.name] = this.describe(property, this.write(value));
      if (!this.mayBeAbsent(property, value)) required.push(property.name);
    }
    const index = this.checker.getIndexInfosOfType(type)[0];
    return {
      type: 'object',
      additionalProperties: index ? this.write(index.type) : false,
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
    };
  }

  private describe(property: ts.Symbol, schema: Schema): Schema {
    const comment = ts.displayPartsToString(property.getDocumentationComment(this.checker));
    return comment ? { ...schema, description: comment } : schema;
  }

  /** JSON has no undefined: what may be it is left out. */
  private mayBeAbsent(property: ts.Symbol, value: ts.Type): boolean {
    if (property.flags & ts.SymbolFlags.Optional) return true;
    return value.isUnion() && value.types.some(({ flags }) => flags & ts.TypeFlags.Undefined);
  }
}

/** The sources of every controller, and what they import. */
export function createControllerProgram(): ts.Program {
  const file = ts.findConfigFile(ROOT, ts.sys.fileExists)!;
  const { config } = ts.readConfigFile(file, ts.sys.readFile) as { config: unknown };
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(file));
  const controllers = fileNames.filter((name) => name.endsWith('.controller.ts'));
  return ts.createProgram(controllers, { ...options, types: ['node'] });
}

/** `Receipt`, where a method says that it answers `Promise<Receipt>`: a computed type has no other name. */
function promisedBy({ type }: ts.MethodDeclaration): string | undefined {
  const promised = type && ts.isTypeReferenceNode(type) ? type.typeArguments?.[0] : undefined;
  const isNamed = promised && ts.isTypeReferenceNode(promised) && !promised.typeArguments;
  return isNamed ? promised.typeName.getText() : undefined;
}

/** An alias that hides no arguments, or the interface's own name. */
function nameOf(type: ts.Type): string | undefined {
  if (type.aliasSymbol) return type.aliasTypeArguments ? undefined : type.aliasSymbol.name;
  const isOwn = type.symbol && type.symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class);
  const isPlain = !(type as ts.TypeReference).typeArguments?.length;
  return isOwn && isPlain ? type.symbol.name : undefined;
}
