// lag.ts - how far the moving picture is behind, for the top bar
import { reactive } from 'vue';

export const lag = reactive<{ seconds: number | null; kind: 'mp4' | 'jpeg' }>({ seconds: null, kind: 'mp4' });
