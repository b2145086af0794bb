import { IsBoolean, IsInt, Max, Min, Matches } from 'class-validator';

/** Which PostgreSQL a service keeps its schema in. */
export class DatabaseConfig {
  @Matches(/^postgres(ql)?:\/\//, { message: 'must be a postgres:// address' })
  databaseUrl!: string;

  /** Most connections. */
  @IsInt()
  @Min(1)
  @Max(100)
  databasePool: number = 10;

  /** Whether the service migrates its schema when it starts. */
  @IsBoolean()
  migrate: boolean = true;
}
