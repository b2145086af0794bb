import { IsIn, IsOptional, IsString } from 'class-validator';

/** What a browser without scripts posts; both are read as people write them. */
export class StatusPageForm {
  @IsString() receiptNumber: string = '';
  @IsString() queryCode: string = '';
  /** By default what `Accept-Language` asks for. */
  @IsOptional() @IsIn(['zh-CN', 'en']) language?: 'zh-CN' | 'en';
}
