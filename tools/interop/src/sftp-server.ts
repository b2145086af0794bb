import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fingerprintOf, sshKeyOf } from '@lianban/service-kit';
import { Missing } from './python.js';

const SSHD = '/usr/sbin/sshd';
const SFTP_SERVER = '/usr/lib/openssh/sftp-server';

export interface SftpServer {
  url: string;
  /** The fingerprint of its host key. */
  hostKey: string;
  /** Who may log in: whoever runs this. */
  user: string;
  /** Lets the holder of this secret in: base64 of the 32 bytes of an Ed25519 key. */
  admit(secret: string): void;
  stop(): Promise<void>;
}

/** OpenSSH's own server on loopback, with files in a folder. @throws Missing */
export async function startSftpServer(folder: string, port: number): Promise<SftpServer> {
  if (!existsSync(SSHD) || !existsSync(SFTP_SERVER))
    throw new Missing('OpenSSH is missing: apt-get install openssh-server openssh-sftp-server');
  const host = join(folder, 'host_key');
  const admitted = join(folder, 'authorized_keys');
  const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', host], { encoding: 'utf8' });
  if (made.status !== 0) throw new Missing(`ssh-keygen failed: ${made.stderr}`);
  writeFileSync(admitted, '');
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${host}`,
      'PidFile none',
      `AuthorizedKeysFile ${admitted}`,
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      `Subsystem sftp ${SFTP_SERVER}`,
      'LogLevel ERROR',
      '',
    ].join('\n'),
  );
  // Where root starts it, it drops its rights into this folder.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const server = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const key = readFileSync(`${host}.pub`, 'utf8').split(' ')[1]!;
  return {
    url: `sftp://127.0.0.1:${port}`,
    hostKey: fingerprintOf(Buffer.from(key, 'base64')),
    user: userInfo().username,
    admit(secret) {
      const { publicKey } = sshKeyOf(Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
      writeFileSync(admitted, `ssh-ed25519 ${Buffer.from(publicKey).toString('base64')}\n`);
    },
    async stop() {
      if (server.exitCode !== null) return;
      server.kill();
      await once(server, 'exit');
    },
  };
}
