export async function GET(req, { params }) {
  let n = 0;
  while (n < 200) {
    n++;
    const r = await fetch(`https://api-singapore.klingai.com/v1/videos/text2video/${params.id}`, { headers: h() });
    const j = await r.json();
    if (j.code === 0) {
      return Response.json({ url: j.data.task_result?.videos?.[0]?.url });
    }
    await new Promise(r => setTimeout(r, 5000));
  }
}
