import { createRoot } from 'react-dom/client';
import { ApplicantPage } from './applicant-page.js';
import { isTypeLarge, showTypeSize } from './settings.js';

showTypeSize(isTypeLarge());
createRoot(document.getElementById('root')!).render(<ApplicantPage />);
