import { Injectable, ParseUUIDPipe, type ArgumentMetadata } from '@nestjs/common';

/** Accepts a UUID in either case and answers it in lower case. */
@Injectable()
export class UuidPipe extends ParseUUIDPipe {
  override async transform(value: string, metadata: ArgumentMetadata): Promise<string> {
    return String(await super.transform(value.trim(), metadata)).toLowerCase();
  }
}
