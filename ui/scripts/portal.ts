// What a customer's page runs: files with progress, nothing else. The pages work without it.
import { startUploads } from './uploads';

startUploads();
