import { asAdmin, ensureDatabase, startPostgres, type RunningPostgres } from '@lianban/engines';
import { prepareDatabase } from '@lianban/messaging';
import { schemaOf } from '@lianban/service-kit';
import type { LocalStack } from './local-stack.js';

const DATABASE = 'lianban';

/** The embedded PostgreSQL of a stack, with every service's user and schema. */
export class StackDatabase {
  private constructor(
    private readonly stack: LocalStack,
    private readonly postgres: RunningPostgres,
  ) {}

  static async open(stack: LocalStack): Promise<StackDatabase> {
    const postgres = await startPostgres({
      folder: stack.folder('postgres'),
      port: stack.config.postgresPort,
      password: stack.secrets.postgres,
    });
    await ensureDatabase(postgres.adminUrl, DATABASE);
    const database = new StackDatabase(stack, postgres);
    await asAdmin(database.adminUrl, (client) =>
      prepareDatabase(client, (service) => stack.passwordOf(service)),
    );
    return database;
  }

  get adminUrl(): string {
    return this.postgres.urlOf('postgres', this.stack.secrets.postgres, DATABASE);
  }

  urlOf(service: string): string {
    return this.postgres.urlOf(schemaOf(service), this.stack.passwordOf(service), DATABASE);
  }

  stop(): Promise<void> {
    return this.postgres.stop();
  }
}
