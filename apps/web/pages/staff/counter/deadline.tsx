/** A deadline, and a note where it is provisional. */
export function Deadline({ date, note }: { date: string | undefined; note?: string | undefined }) {
  if (!date) return <>—</>;
  return (
    <>
      {date} {note && <small>{note}</small>}
    </>
  );
}
