import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Message {
  id: string;
  to: string;
  text: string;
}

/** A small SMS gateway that counts: every posting, and each id once. */
export class Gateway {
  /** What was taken, by id: sent once. */
  readonly sent = new Map<string, Message>();
  /** Ids in the order in which they were posted. */
  readonly posted: string[] = [];
  /** So many answers are lost after the text was taken. */
  loseAnswers = 0;
  /** Answers this status instead of taking anything. */
  failWith?: { status: number; body?: object };
  private server?: Server;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}/sms`;
  }

  /** Listens, after a stop where it listened before. */
  async start(): Promise<void> {
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((done) => this.server!.listen(this.port, '127.0.0.1', done));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server!.closeAllConnections();
    await new Promise((done) => this.server!.close(done));
  }

  /** Texts that were sent to a phone, in their order. */
  textsTo(phone: string): string[] {
    return [...this.sent.values()].filter(({ to }) => to === phone).map(({ text }) => text);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const message = (await json(request)) as Message;
    this.posted.push(message.id);
    if (this.failWith) {
      response.writeHead(this.failWith.status).end(JSON.stringify(this.failWith.body ?? {}));
      return;
    }
    if (!this.sent.has(message.id)) this.sent.set(message.id, message);
    if (this.loseAnswers-- > 0) request.socket.destroy();
    else response.writeHead(202).end();
  }
}
