import { useState } from 'react';
import type { FieldToAnswer, ItemToAnswer } from '../api/types.gen.js';
import { fieldOf, licenceOf } from './read-answer.js';
import type { PageWords } from './words.js';

interface AnswerItemProps {
  item: ItemToAnswer;
  words: PageWords['answer'];
  error: string | undefined;
}

/** One thing that is asked for, as it can be supplied. */
export function AnswerItem({ item, words, error }: AnswerItemProps) {
  const { kind, field } = item;
  return (
    <div className={`field${error ? ' field--wrong' : ''}`}>
      {error && (
        <p className="field__error" id={`${fieldOf(item.code)}-error`}>
          {error}
        </p>
      )}
      {kind === 'material' && <MaterialItem item={item} words={words} />}
      {kind === 'confirmation' && <ConfirmationItem item={item} words={words} />}
      {field && <FieldItem item={item} field={field} words={words} />}
    </div>
  );
}

function MaterialItem({ item: { code, name }, words }: Omit<AnswerItemProps, 'error'>) {
  const [method, setMethod] = useState('bring');
  const id = fieldOf(code);
  return (
    <fieldset>
      <legend>{name}</legend>
      {(['bring', 'licence'] as const).map((each, index) => (
        <label className="choice" key={each}>
          <input
            id={index === 0 ? id : undefined}
            type="radio"
            name={id}
            value={each}
            checked={method === each}
            onChange={() => setMethod(each)}
          />
          {words[each]}
        </label>
      ))}
      {method === 'bring' ? (
        <p className="hint">{words.bringHint}</p>
      ) : (
        <div className="field">
          <label htmlFor={licenceOf(code)}>{words.licenceNumber}</label>
          <input id={licenceOf(code)} name={licenceOf(code)} autoComplete="off" maxLength={100} />
        </div>
      )}
    </fieldset>
  );
}

const ConfirmationItem = ({ item: { code, name }, words }: Omit<AnswerItemProps, 'error'>) => (
  <fieldset>
    <legend>{name}</legend>
    <label className="choice">
      <input id={fieldOf(code)} type="checkbox" name={fieldOf(code)} value="done" />
      {words.done}
    </label>
  </fieldset>
);

interface FieldItemProps extends Omit<AnswerItemProps, 'error'> {
  field: FieldToAnswer;
}

function FieldItem({ item: { code, name }, field: { type, unit, choices }, words }: FieldItemProps) {
  const id = fieldOf(code);
  const options =
    type === 'boolean'
      ? [
          { code: 'true', label: words.yes },
          { code: 'false', label: words.no },
        ]
      : choices;
  return (
    <>
      <label htmlFor={id}>
        {name}
        {unit && ` (${unit})`}
      </label>
      {options ? (
        <select id={id} name={id} defaultValue="">
          <option value="">{words.choose}</option>
          {options.map((choice) => (
            <option key={choice.code} value={choice.code}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          name={id}
          autoComplete="off"
          maxLength={200}
          inputMode={type === 'string' ? undefined : 'decimal'}
        />
      )}
    </>
  );
}
