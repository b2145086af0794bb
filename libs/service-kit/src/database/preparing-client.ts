import pg from 'pg';

/** From this use on a statement is prepared, as pgjdbc does (`prepareThreshold`). */
const THRESHOLD = 3;
/** Statements with something built into their text would otherwise be kept for ever. */
const MOST = 200;

/**
 * A connection that prepares the statements it is given again and again: PostgreSQL then does not parse them
 * anew. Only statements with parameters are counted.
 */
export class PreparingClient extends pg.Client {
  private readonly uses = new Map<string, number>();
  private readonly names = new Map<string, string>();

  // TypeORM calls with a text and its values; everything else goes through as it is.
  override query(...args: never[]): never {
    const [text, values, ...more] = args as unknown[];
    const name =
      typeof text === 'string' && Array.isArray(values) && values.length > 0 ? this.nameOf(text) : undefined;
    const query = name ? [{ name, text, values }, ...more] : args;
    return (super.query as (...args: unknown[]) => never)(...query);
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known || this.names.size >= MOST) return known;
    const uses = (this.uses.get(text) ?? 0) + 1;
    if (uses < THRESHOLD) {
      if (this.uses.size < MOST) this.uses.set(text, uses);
      return undefined;
    }
    this.uses.delete(text);
    const name = `s${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}
