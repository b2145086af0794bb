import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

/** Whose query code was lost. */
export class LostCodeForm {
  /** As people write it. */
  @IsString() @IsNotEmpty() @MaxLength(100) receiptNumber!: string;
}
