import { StatusStream, type ResponseStream } from './status-stream.js';

const ENDS_AT = 1_000_000;

/** A connection whose reader takes what is sent, or does not. */
class Connection implements ResponseStream {
  writableNeedDrain = false;
  ended = false;
  destroyed = false;
  readonly written: string[] = [];
  write = (text: string) => this.written.push(text);
  end = () => (this.ended = true);
  destroy = () => (this.destroyed = true);
}

describe('a live stream', () => {
  const open = () => {
    const connection = new Connection();
    return {
      connection,
      stream: new StatusStream('id', { reader: 'applicant', language: 'zh-CN' }, connection, 0, ENDS_AT),
    };
  };

  it('is kept alive while it lasts and then ends, so that no reader keeps a place for ever', () => {
    const { connection, stream } = open();
    stream.heartbeat(ENDS_AT - 1);
    expect(connection).toMatchObject({ written: [expect.any(String)], ended: false });
    stream.heartbeat(ENDS_AT);
    expect(connection).toMatchObject({ written: [expect.any(String)], ended: true });
  });

  it('that ends with its process says when to come back', () => {
    const { connection, stream } = open();
    stream.end(4_000);
    expect(connection).toMatchObject({ written: ['retry: 4000\n\n'], ended: true });
  });

  it('whose reader takes nothing from one heartbeat to the next is cut off', () => {
    const { connection, stream } = open();
    connection.writableNeedDrain = true;
    stream.heartbeat(1);
    expect(connection).toMatchObject({ written: [], destroyed: false });
    stream.heartbeat(2);
    expect(connection.destroyed).toBe(true);
  });

  it('whose reader was only slow goes on', () => {
    const { connection, stream } = open();
    connection.writableNeedDrain = true;
    stream.heartbeat(1);
    connection.writableNeedDrain = false;
    stream.heartbeat(2);
    connection.writableNeedDrain = true;
    stream.heartbeat(3);
    expect(connection).toMatchObject({ written: [expect.any(String)], destroyed: false });
  });
});
