import { IsNotEmpty, IsString } from 'class-validator';

/** What people read, in both languages of the house. */
export class Text {
  @IsString() @IsNotEmpty() 'zh-CN'!: string;
  @IsString() @IsNotEmpty() en!: string;
}
