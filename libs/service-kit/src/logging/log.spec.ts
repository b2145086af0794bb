import { Log } from './log.js';

interface Line {
  level: string;
  message?: string;
  service?: string;
  context?: string;
  stack?: string;
  error?: { type: string; message: string; stack: string; cause?: { message: string } };
}

describe('Log', () => {
  let lines: Line[];
  let log: Log;
  beforeEach(() => {
    lines = [];
    log = Log.to({ write: (line) => lines.push(JSON.parse(line) as Line) });
  });

  it('writes a line of JSON with the level, the message and the fields', () => {
    log.with({ service: 'intake' }).warn('operation parked', { operation: 'o1' });
    expect(lines[0]).toMatchObject({
      level: 'warn',
      message: 'operation parked',
      service: 'intake',
      operation: 'o1',
    });
  });

  it('takes what the framework gives: a context, and a stack', () => {
    log.log('started', 'NestApplication');
    log.error('failed', 'Error: secret\n    at somewhere', 'Relay');
    expect(lines[0]).toMatchObject({ level: 'info', message: 'started', context: 'NestApplication' });
    expect(lines[1]).toMatchObject({ message: 'failed', stack: '    at somewhere', context: 'Relay' });
  });

  it('hides identity and phone numbers wherever they are', () => {
    const error = new Error('no such person 370102199003070016');
    log.error('call 13800138000 about 11010519491231002X', { deep: [{ phone: '13800138000' }] }, error);
    expect(JSON.stringify(lines)).not.toMatch(/\d{11}/);
    expect(lines[0]?.error?.message).toBe('no such person [identity number]');
  });

  it('logs nothing below its level, and falls back to info for an unknown level', () => {
    log.debug('hidden');
    log.log('hidden too', 'RouterExplorer');
    Log.to({ write: (line) => lines.push(JSON.parse(line) as Line) }, 'loud').log('shown');
    expect(lines.map(({ message }) => message)).toEqual(['shown']);
  });

  it('keeps the stack and the cause of an error', () => {
    log.error('failed', new Error('outer', { cause: new Error('inner') }));
    expect(lines[0]?.error).toMatchObject({ type: 'Error', message: 'outer', cause: { message: 'inner' } });
    expect(lines[0]?.error?.stack).toContain('log.spec');
  });
});
