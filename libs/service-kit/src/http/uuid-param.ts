import { Param } from '@nestjs/common';
import { UuidPipe } from './uuid.pipe.js';

/** An id in the address, a UUID in lower case. */
export const UuidParam = (name: string): ParameterDecorator => Param(name, UuidPipe);
