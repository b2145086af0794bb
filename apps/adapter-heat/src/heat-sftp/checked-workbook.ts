import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';

const MAX_ENTRIES = 200;
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;
const MAX_RATIO = 200;
/** Below this size a ratio says nothing: a few empty lines pack well. */
const SMALL_BYTES = 64 * 1024;
/** How a file of Office begins that is encrypted, or older than XLSX. */
const COMPOUND_FILE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const FORBIDDEN: [part: RegExp, what: string][] = [
  [/vbaProject|\/macrosheets\//i, 'has macros'],
  [/\/externalLinks\//i, 'has links to other files'],
  [/\/embeddings\//i, 'has files inside'],
];

/** The file as a whole cannot be read; says why, for an operator. */
export class UnreadableFile extends Error {}

/**
 * Looks at a workbook before its reader does, which limits nothing: no larger than a few thousand rows need, no program inside, no
 * entity, and no ZIP that says of itself what is not so. @throws UnreadableFile
 */
export async function checkWorkbook(bytes: Buffer): Promise<void> {
  if (bytes.subarray(0, COMPOUND_FILE.length).equals(COMPOUND_FILE))
    throw new UnreadableFile('is encrypted, or no XLSX');
  const zip = await yauzl
    .fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: true, validateEntrySizes: true })
    .catch(asUnreadable);
  if (zip.entryCount > MAX_ENTRIES) throw new UnreadableFile(`has more than ${MAX_ENTRIES} parts`);
  let unpacked = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const reason = FORBIDDEN.find(([part]) => part.test(`/${entry.fileName}`));
      if (reason) throw new UnreadableFile(reason[1]);
      const { compressedSize, uncompressedSize } = entry;
      if (uncompressedSize > SMALL_BYTES && uncompressedSize > compressedSize * MAX_RATIO)
        throw new UnreadableFile(`unpacks to more than ${MAX_RATIO} times its size`);
      if ((unpacked += uncompressedSize) > MAX_UNPACKED_BYTES)
        throw new UnreadableFile(`unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
      await checkPart(zip, entry);
    }
  } catch (error) {
    asUnreadable(error);
  }
}

/** Reads it to its end: only then it is known to be as large as it said. */
async function checkPart(zip: ZipFile, entry: Entry): Promise<void> {
  const stream: Readable = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (/\.(xml|rels|vml)$/.test(entry.fileName) && /<!DOCTYPE/i.test(Buffer.concat(chunks).toString('latin1')))
    throw new UnreadableFile('has a document type, and with it entities');
}

function asUnreadable(error: unknown): never {
  if (error instanceof UnreadableFile) throw error;
  throw new UnreadableFile(`is no whole XLSX: ${(error as Error).message}`);
}
