// Loaded into one process before its program: its clock is wrong by CLOCK_SHIFT_MS; the database's is not.
const shift = Number(process.env.CLOCK_SHIFT_MS);
const now = Date.now.bind(Date);

globalThis.Date = new Proxy(Date, {
  construct: (real, given: [], made) =>
    Reflect.construct(real, given.length > 0 ? given : [now() + shift], made === Date ? real : made) as Date,
  apply: () => new Date().toString(),
  get: (real, name) => (name === 'now' ? () => now() + shift : Reflect.get(real, name)),
});
