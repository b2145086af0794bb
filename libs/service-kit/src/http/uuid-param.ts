import { Param } from '@nestjs/common';
import { UuidPipe } from './uuid.pipe.js';

/** A UUID in the path, in lower case. */
export const UuidParam = (name: string): ParameterDecorator => Param(name, UuidPipe);
