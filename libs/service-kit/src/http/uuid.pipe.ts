import { Injectable, ParseUUIDPipe, type ArgumentMetadata } from '@nestjs/common';

/** An id in the path, in either case; ids are kept in lower case. */
@Injectable()
export class UuidPipe extends ParseUUIDPipe {
  override async transform(value: string, metadata: ArgumentMetadata): Promise<string> {
    return String(await super.transform(value.trim(), metadata)).toLowerCase();
  }
}
