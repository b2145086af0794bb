import { Injectable } from '@nestjs/common';

/** Where a service stands between its start and its end. */
@Injectable()
export class Lifecycle {
  private readonly awaited = new Set<string>();
  private isListening = false;
  private isDraining = false;

  /** Something that belongs to a start. Call what is answered when it is there, or when the log says that it is away. */
  awaits(name: string): () => void {
    this.awaited.add(name);
    return () => void this.awaited.delete(name);
  }

  /** Its addresses are open. */
  listens(): void {
    this.isListening = true;
  }

  /** It is about to stop: no new work should be sent here, and what comes is still answered. */
  drains(): void {
    this.isDraining = true;
  }

  /** What its start still waits for. */
  get waitsFor(): string[] {
    return [...(this.isListening ? [] : ['its addresses']), ...this.awaited];
  }

  /** Whether it can answer, be it that something it needs is away. */
  get isReady(): boolean {
    return this.isListening && !this.isDraining;
  }
}
