import { partOf, shanghaiDate, type Catalogue, type Field } from '@lianban/catalogue';
import type { RequestedPart, ServiceRequest } from './service-request.entity.js';

/** The fields of a request's part, by the catalogue of the day it was registered. */
export const fieldsOfPart = (
  { dossier, registeredAt }: ServiceRequest,
  { utility }: RequestedPart,
  catalogue: Catalogue,
): readonly Field[] => partOf(catalogue.matter(dossier.matter, shanghaiDate(registeredAt))!, utility)!.fields;

/** The field that a correction's item means, with or without `fields.`; undefined if it means none. */
export const findAskedField = (item: string, fields: readonly Field[]): Field | undefined =>
  fields.find(({ code }) => item === code || item === `fields.${code}`);
