import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

export interface Certificate {
  certFile: string;
  keyFile: string;
}

/** An authority of its own that issues certificates for 127.0.0.1, by openssl. */
export class CertificateAuthority {
  private constructor(
    private readonly folder: string,
    readonly name: string,
  ) {}

  static async create(folder: string, name: string): Promise<CertificateAuthority> {
    const authority = new CertificateAuthority(folder, name);
    await authority.request(name, []);
    return authority;
  }

  get certFile(): string {
    return this.filesOf(this.name).certFile;
  }

  async issue(name: string): Promise<Certificate> {
    const { certFile, keyFile } = this.filesOf(this.name);
    await this.request(name, [
      ...['-CA', certFile, '-CAkey', keyFile],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:false'],
    ]);
    return this.filesOf(name);
  }

  private filesOf(name: string): Certificate {
    return { certFile: join(this.folder, `${name}.crt`), keyFile: join(this.folder, `${name}.key`) };
  }

  private async request(name: string, signed: string[]): Promise<void> {
    const { certFile, keyFile } = this.filesOf(name);
    const subject = ['-subj', `/CN=${name}`, '-keyout', keyFile, '-out', certFile];
    await run('openssl', ['req', '-x509', ...NEW_KEY, ...subject, ...signed]);
  }
}
