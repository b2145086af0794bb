import pg from 'pg';

/** A statement is prepared from this use on, like `prepareThreshold` in pgjdbc. */
const PREPARE_THRESHOLD = 3;
/** Statements with values in their text would otherwise accumulate. */
const MAX_STATEMENTS = 200;

/** SQLSTATE of a write on a server that may only be read. */
const READ_ONLY = '25006';

/** What node-postgres says of the connection below a client. */
interface WireConnection {
  on(event: 'errorMessage', listener: (message: { code?: string }) => void): void;
}

/**
 * A connection that prepares repeated statements, so that PostgreSQL does not parse them again. Only statements with
 * parameters count. Leaves a server that has become read-only once what was sent is answered.
 */
export class PreparingClient extends pg.Client {
  private readonly uses = new Map<string, number>();
  private readonly names = new Map<string, string>();

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // A pool that hands a connection over listens no more, its new user not yet: an error in between would end the process.
    this.on('error', () => {});
    const { connection } = this as unknown as { connection: WireConnection };
    connection.on('errorMessage', ({ code }) => {
      if (code === READ_ONLY) void this.end();
    });
  }

  // TypeORM calls with a text and its values; other calls pass through unchanged.
  override query(...args: never[]): never {
    const [text, values, ...more] = args as unknown[];
    const name =
      typeof text === 'string' && Array.isArray(values) && values.length > 0 ? this.nameOf(text) : undefined;
    const query = name ? [{ name, text, values }, ...more] : args;
    return (super.query as (...args: unknown[]) => never)(...query);
  }

  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known || this.names.size >= MAX_STATEMENTS) return known;
    const uses = (this.uses.get(text) ?? 0) + 1;
    if (uses < PREPARE_THRESHOLD) {
      if (this.uses.size < MAX_STATEMENTS) this.uses.set(text, uses);
      return undefined;
    }
    this.uses.delete(text);
    const name = `s${this.names.size}`;
    this.names.set(text, name);
    return name;
  }
}
