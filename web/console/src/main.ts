// main.ts - the console begins: settings, routes, the page

import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './pages';
import './style.css';

createApp(App).use(createPinia()).use(router).mount('#app');
