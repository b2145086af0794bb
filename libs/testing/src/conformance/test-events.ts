import { randomUUID } from 'node:crypto';
import { Event, IsDay, IsInstant, TOPICS } from '@lianban/contracts';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, IsUUID, Min, ValidateNested } from 'class-validator';

/** What routing publishes for several groups. */
export const SHARED_TOPIC = TOPICS.find(
  ({ publishers, readers }) => publishers.includes('routing') && readers.length > 1,
)!;

class TestPart {
  @IsDay() promisedDate!: string;
}

/** Some aggregate's whole state with its version. */
@Event('test.lianban.snapshot.v1', SHARED_TOPIC.name)
export class TestSnapshot {
  @IsUUID() requestId!: string;
  @IsInt() @Min(1) version!: number;
  @IsInstant() at!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => TestPart) parts!: TestPart[];
  @IsOptional() @IsString() text?: string;
}

/** What intake publishes for routing. */
@Event('test.lianban.answer.v1', 'dossiers')
export class TestAnswer {
  @IsUUID() requestId!: string;
  @IsInt() @Min(1) version!: number;
}

export function aSnapshot(version = 1, requestId: string = randomUUID(), text?: string): TestSnapshot {
  return Object.assign(new TestSnapshot(), {
    requestId,
    version,
    at: '2026-11-23T01:00:00.000Z',
    parts: [],
    ...(text !== undefined && { text }),
  });
}

export const anAnswer = (version: number, requestId: string): TestAnswer =>
  Object.assign(new TestAnswer(), { requestId, version });
