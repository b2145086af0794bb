/**
 * A made-up notice: two days more at New Year and a Saturday worked for one of them, so that what was promised into January
 * by provisional days moves. The real one is not out.
 */
export const NOTICE_OF_2027 = {
  year: 2027,
  off: ['01-01..01-05', '02-05..02-13', '04-03..04-05', '05-01..05-05', '06-09', '09-15', '10-01..10-07'],
  makeUp: ['01-09', '02-20', '05-08', '10-09'],
};
