import { IsBoolean, IsInt, IsOptional, IsString, Max, Min, Matches } from 'class-validator';
import { Secret } from '../config/secret.js';

/** Which PostgreSQL a service keeps its schema in. */
export class DatabaseConfig {
  /** PostgreSQL: `postgres://<user>:<password>@<host>:<port>/<database>`, with `?sslmode=verify-full&sslrootcert=<file>` for TLS. */
  @Secret()
  @Matches(/^postgres(ql)?:\/\//, { message: 'must be a postgres:// address' })
  databaseUrl!: string;

  /** The password, if `DATABASE_URL` has none; it needs no percent-encoding. */
  @Secret()
  @IsOptional()
  @IsString()
  databasePassword?: string;

  /** Most connections. */
  @IsInt()
  @Min(1)
  @Max(100)
  databasePool: number = 10;

  /** Whether the service migrates its schema when it starts; without it, it waits for the schema that it needs. */
  @IsBoolean()
  migrate: boolean = true;
}
