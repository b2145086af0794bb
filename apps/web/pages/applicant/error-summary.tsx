import { useEffect, useRef } from 'react';

export interface FieldError {
  /** Id of what is wrong; absent where it is the whole. */
  field?: string;
  text: string;
}

/** Everything that is wrong, each leading to its place; takes the focus. */
export function ErrorSummary({ title, errors }: { title: string; errors: readonly FieldError[] }) {
  const summary = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (errors.length > 0) summary.current?.focus();
  }, [errors]);
  if (errors.length === 0) return null;
  return (
    <div className="error-summary" role="alert" tabIndex={-1} ref={summary}>
      <h5>{title}</h5>
      <ul>
        {errors.map(({ field, text }) => (
          <li key={`${field} ${text}`}>{field ? <a href={`#${field}`}>{text}</a> : text}</li>
        ))}
      </ul>
    </div>
  );
}
