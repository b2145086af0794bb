/** A deadline, and a note where it is provisional. */
export function Deadline({ date, note }: { date: string | undefined; note?: string | undefined }) {
  if (!date) return <>—</>;
  return (
    <>
      <span className="deadline">{date}</span> {note && <small>{note}</small>}
    </>
  );
}
