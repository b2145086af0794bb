import { randomBytes } from 'node:crypto';
import {
  NeverSendable,
  NOT_CALLED,
  ProviderUnavailable,
  settingsOf,
  type BatchFile,
  type BatchWriter,
  type DriverContext,
  type PolledReports,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import type SftpClient from 'ssh2-sftp-client';
import { CompanyServer, isAnswer, toPrivateKey } from './company-server.js';
import { HeatSftpSettings } from './heat-sftp.settings.js';
import { toOrderSheet } from './order-sheet.js';
import { OutFolder } from './out-folder.js';

/**
 * A heating company that takes and answers spreadsheets over SFTP (docs/dialects/heat-sftp.md). It ignores the name of a file, and the
 * number of an operation, that it has had before.
 */
export class HeatSftpDriver implements UtilityDriver {
  readonly retrySafety = 'idempotency-key';
  readonly place = NOT_CALLED.place;
  readonly correct = NOT_CALLED.correct;
  readonly withdraw = NOT_CALLED.withdraw;
  readonly batches: BatchWriter;
  private readonly server: CompanyServer;
  private readonly inFolder: string;
  private readonly outFolder: OutFolder;

  constructor(private readonly context: DriverContext) {
    const { provider, sftp, secret, timeout } = context;
    const { endpoint = '' } = provider;
    const settings = settingsOf(HeatSftpSettings, provider);
    const url = sftp?.url ?? settings.address;
    const hostKeys = sftp ? [sftp.hostKey] : settings.hostKeys;
    if (!url || !hostKeys)
      throw new Error(
        `${provider.id} has neither an address and hostKeys in its settings, nor is there PROVIDERS_SFTP_URL`,
      );
    if (secret.length === 0 || secret.some((each) => !toPrivateKey(each)))
      throw new Error(`${provider.id} needs a secret that is a private key`);
    const { user, inFolder, outFolder, reasons, batchSize } = settings;
    // As long as a lease allows, for all that is done on one connection.
    this.server = new CompanyServer({
      url,
      hostKeys,
      user,
      keys: () => context.secret,
      timeout: 2 * timeout,
    });
    this.inFolder = endpoint + inFolder;
    this.outFolder = new OutFolder(endpoint + outFolder, new Map(Object.entries(reasons)), timeout);
    this.batches = {
      maxOperations: batchSize,
      write: async (orders) => ({ name: this.newName(), ...(await toOrderSheet(orders)) }),
      send: (file) => this.server.run((client) => this.upload(client, file)),
    };
  }

  poll(cursor: string | undefined): Promise<PolledReports> {
    return this.server.run((client) => this.outFolder.read(client, cursor));
  }

  /** In the order of time; of no other file, even of another installation. */
  private newName(): string {
    const at = this.context.clock.now().toISOString().replace(/\D/g, '').slice(0, 14);
    return `lianban-${at}-${randomBytes(6).toString('hex')}.xlsx`;
  }

  /** Under another name until it is whole, because the library reports success on a full disk too. */
  private async upload(client: SftpClient, { name, bytes }: BatchFile): Promise<void> {
    const path = `${this.inFolder}/${name}`;
    const before = await sizeOf(client, path);
    if (before === bytes.length) return;
    if (before !== undefined)
      throw new NeverSendable(`${path} is there already, with ${before} bytes and not ${bytes.length}`);
    await client.put(bytes, `${path}.part`);
    const size = await sizeOf(client, `${path}.part`);
    if (size !== bytes.length)
      throw new ProviderUnavailable(
        `has ${size ?? 0} of ${bytes.length} bytes of ${path}: is its disk full?`,
      );
    await client.rename(`${path}.part`, path);
  }
}

async function sizeOf(client: SftpClient, path: string): Promise<number | undefined> {
  try {
    return (await client.stat(path)).size;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT' || isAnswer(error)) return undefined;
    throw error;
  }
}
