/** The outbox of the extension, bundled to one script for a page of a test. */
export { createDelivery } from '../../shared/client/delivery.ts';
export { createExclusive } from '../../shared/client/exclusive.ts';
export { MAX_ARTIFACT_BYTES_WAITING } from '../background/artifact_store.ts';
export { uploadArtifacts } from '../background/artifacts.ts';
export { createBundleStore, MAX_BUNDLE_STORE_BYTES, MAX_BUNDLES } from '../background/bundle_store.ts';
export { openDatabase } from '../background/database.ts';
export { createOutboxStore } from '../background/outbox_store.ts';
