async function createWithRetry(body, retries = 3) {
  for (let i = 0; i < retries; i++) {
    try {
      const res = await axios.post(URL, body, { timeout: 10000 });
      return res.data;
    } catch (e) {
      console.log('retry', i, e.message);
      await new Promise((r) => setTimeout(r, 3000));
    }
  }
  throw new Error('failed');
}
