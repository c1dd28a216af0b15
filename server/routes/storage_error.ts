/** Errors as Supabase Storage sends them: HTTP 400, the real status as a string in the body. */
const ERRORS = {
  NoSuchKey: ['404', 'not_found', 'Object not found'],
  NoSuchBucket: ['404', 'Bucket not found', 'Bucket not found'],
  KeyAlreadyExists: ['409', 'Duplicate', 'The resource already exists'],
  AccessDenied: ['403', 'Unauthorized', 'Access denied'],
  EntityTooLarge: ['413', 'Payload too large', 'The object exceeded the maximum allowed size'],
  InvalidKey: ['400', 'InvalidKey', 'Invalid key'],
  InvalidRequest: ['400', 'InvalidRequest', 'Invalid request'],
  InvalidJWT: ['400', 'InvalidJWT', 'The token is invalid or has expired'],
  InvalidSignature: ['400', 'InvalidSignature', 'The token is for another object'],
} as const;

/** Thrown inside the storage routes. */
export class StorageWireError extends Error {
  override readonly name = 'StorageWireError';
  readonly code: keyof typeof ERRORS;

  constructor(code: keyof typeof ERRORS) {
    super(ERRORS[code][2]);
    this.code = code;
  }

  response(): Response {
    const [statusCode, error, message] = ERRORS[this.code];
    return Response.json({ statusCode, error, message, code: this.code }, { status: 400 });
  }
}
