import { IsBoolean, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

/** Which PostgreSQL a service keeps its schema in. */
export class DatabaseConfig {
  @Matches(/^postgres(ql)?:\/\//, { message: 'must be a postgres:// address' })
  databaseUrl!: string;

  /** The password of an address that has none. */
  @IsOptional()
  @IsString()
  databasePassword?: string;

  /** A file with that password, read for every new connection: it may change while the service runs. */
  @IsOptional()
  @IsString()
  databasePasswordFile?: string;

  /** Most connections. */
  @IsInt()
  @Min(1)
  @Max(100)
  databasePool: number = 10;

  /** Whether the service migrates its schema when it starts. */
  @IsBoolean()
  migrate: boolean = true;
}
