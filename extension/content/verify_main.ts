import { startVerify } from './start_verify.ts';

// Injected whenever a hint is to be verified; the first injection into a document stays.
startVerify();
