/** What is read of the service's answers, once the schema has allowed them (water-soap.wsdl). */
export interface Result {
  resultCode: string;
  resultMsg?: string;
}

export interface Submitted extends Result {
  billNo?: string;
}

export interface Checked extends Result {
  /** Unpaid bills, in fen. */
  arrears?: string;
}

export interface Found extends Result {
  flow?: Flow;
}

export interface Flow {
  outerNo: string;
  billNo?: string;
  /** Of other flows with our number that are not cancelled. */
  otherBillNo?: string[];
  status: string;
  reasonCode?: string;
  reasonMsg?: string;
  holder?: string;
  dueDate?: string;
  supplementItem?: string[];
  stage?: { code: string }[];
  operationNo?: string[];
  cancel?: { operationNo: string; status: string; reasonCode?: string; reasonMsg?: string };
}
