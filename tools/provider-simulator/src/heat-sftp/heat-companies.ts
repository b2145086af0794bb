import { createHmac } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Provider } from '@lianban/catalogue';
import { sshKeyOf } from '@lianban/service-kit';
import ssh2, { type AuthContext, type Connection, type ParsedKey } from 'ssh2';
import type { DialectContext } from '../operations/accept-operation.js';
import type { SendReport } from '../reports/send-report.js';
import type { SimulatorConfig } from '../simulator.config.js';
import { CompanyFolder } from './company-folder.js';
import { SftpSession } from './sftp-session.js';

/** The SFTP server of all heating companies that speak `heat-sftp`: each has its own key, and sees its own folders. */
export class HeatCompanies {
  private readonly folders: Map<string, CompanyFolder>;
  private readonly server: ssh2.Server;
  private readonly connections = new Set<Connection>();

  constructor(
    companies: readonly Provider[],
    private readonly context: DialectContext,
    private readonly config: Pick<SimulatorConfig, 'host' | 'sftpPort' | 'simulatorData' | 'simulatorSecret'>,
  ) {
    this.folders = new Map(
      companies.map((company) => [
        company.id,
        new CompanyFolder(company, join(config.simulatorData, 'sftp', company.id), context),
      ]),
    );
    const hostKey = sshKeyOf(createHmac('sha256', config.simulatorSecret).update('sftp host key').digest());
    this.server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (connection) =>
      this.accept(connection),
    );
  }

  /** Answers its address. What was left lying is taken now. */
  async listen(): Promise<string> {
    const { host, sftpPort } = this.config;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(sftpPort, host, resolve);
    });
    for (const folder of this.folders.values()) folder.take();
    return `sftp://${host}:${(this.server.address() as AddressInfo).port}`;
  }

  readonly reply: SendReport = async ({ provider }, { report }, isMalformed) => {
    await this.folders.get(provider)!.reply({ report, isMalformed });
    return 'received';
  };

  async close(): Promise<void> {
    this.connections.forEach((connection) => connection.end());
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(connection: Connection): void {
    let folder: CompanyFolder | undefined;
    this.connections.add(connection);
    socketOf(connection).setNoDelay(true);
    connection.on('close', () => this.connections.delete(connection));
    connection.on('error', () => {});
    connection.on('authentication', (attempt) => {
      folder = this.folderFor(attempt);
      if (!folder) return attempt.reject(['publickey']);
      return this.context.faults.of(folder.provider.id).down ? breakOff(connection) : attempt.accept();
    });
    connection.on('session', (accept) =>
      accept().on(
        'sftp',
        (open) => new SftpSession(open(), folder!, this.context.faults, () => breakOff(connection)),
      ),
    );
  }

  /** Undefined where the key is nobody's. */
  private folderFor(attempt: AuthContext): CompanyFolder | undefined {
    if (attempt.method !== 'publickey') return undefined;
    for (const folder of this.folders.values()) {
      const { id, settings } = folder.provider;
      const { publicKey } = sshKeyOf(Buffer.from(this.context.secretOf(id).replace('whsec_', ''), 'base64'));
      const isNamed = (settings as { user?: string }).user === attempt.username;
      if (!isNamed || !publicKey.equals(attempt.key.data)) continue;
      const key = ssh2.utils.parseKey(`ssh-ed25519 ${publicKey.toString('base64')}`) as ParsedKey;
      const isRight =
        !attempt.signature || key.verify(attempt.blob!, attempt.signature, attempt.hashAlgo) === true;
      return isRight ? folder : undefined;
    }
    return undefined;
  }
}

/** Without a word, as a cable that is cut. */
const breakOff = (connection: Connection): void => void socketOf(connection).destroy();

/** The library shows it to nobody. */
const socketOf = (connection: Connection): Socket => (connection as unknown as { _sock: Socket })._sock;
