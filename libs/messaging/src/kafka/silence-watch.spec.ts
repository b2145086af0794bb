import { SilenceWatch } from './silence-watch.js';

describe('a silent consumer', () => {
  const deaths: string[] = [];
  let answers: () => Promise<boolean>;
  let watch: SilenceWatch;

  beforeEach(() => {
    jest.useFakeTimers();
    deaths.length = 0;
    watch = new SilenceWatch({
      patience: 60_000,
      answers: () => answers(),
      onDeath: ({ message }) => deaths.push(message),
    });
  });
  afterEach(() => {
    watch.close();
    jest.useRealTimers();
  });

  it('is dead when Kafka answers others for as long as a connection may need', async () => {
    answers = () => Promise.resolve(true);
    await jest.advanceTimersByTimeAsync(100_000);
    expect(deaths).toEqual([]);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(deaths).toEqual(['no fetch for 105000 ms']);
  });

  it.each([
    ['refuses', () => Promise.reject(new Error('refused'))],
    ['takes a connection and says nothing', () => new Promise<boolean>(() => {})],
  ])('is not dead while Kafka %s, nor as soon as it answers again', async (_, answer) => {
    answers = answer;
    await jest.advanceTimersByTimeAsync(600_000);
    answers = () => Promise.resolve(true);
    await jest.advanceTimersByTimeAsync(35_000);
    expect(deaths).toEqual([]);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(deaths).not.toEqual([]);
  });

  it('is not dead when it is heard of while Kafka is asked', async () => {
    const answer = Promise.withResolvers<boolean>();
    answers = () => answer.promise;
    await jest.advanceTimersByTimeAsync(101_000);
    watch.heard();
    answer.resolve(true);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(deaths).toEqual([]);
  });
});
