import { UTILITIES, type Utility } from '@lianban/contracts';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, Matches } from 'class-validator';
import { NestedObject, Optional } from './constraints.js';
import { Text } from './text.js';

/** What an officer may have ready words for. */
export const TEMPLATE_ACTIONS = [
  'accept',
  'stage',
  'hold',
  'resume',
  'correction',
  'refuse',
  'complete',
  'withdrawal',
] as const;
export type TemplateAction = (typeof TEMPLATE_ACTIONS)[number];

/** Words that an officer may start from. */
export class ReplyTemplate {
  @Matches(/^[a-z]+(-[a-z]+)*$/) code!: string;
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(TEMPLATE_ACTIONS, { each: true })
  actions!: TemplateAction[];
  /** Only for these utilities. */
  @Optional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(UTILITIES, { each: true })
  utilities?: Utility[];
  @NestedObject(() => Text) name!: Text;
  @NestedObject(() => Text) text!: Text;
}
