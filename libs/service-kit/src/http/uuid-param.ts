import { Param, ParseUUIDPipe, type PipeTransform } from '@nestjs/common';

/** As a database writes it: an id in capitals is the same id. */
const inLowerCase: PipeTransform<string, string> = { transform: (id) => id.toLowerCase() };

/** An id in the address, a UUID in lower case. */
export const UuidParam = (name: string): ParameterDecorator => Param(name, ParseUUIDPipe, inLowerCase);
