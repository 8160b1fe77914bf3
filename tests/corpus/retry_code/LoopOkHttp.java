public class KlingHttp {
  private final OkHttpClient ok = new OkHttpClient();

  String create(String json, String bearer) throws IOException {
    int tries = 0;
    do {
      Request request = new Request.Builder().url(BASE + "/v1/videos/text2video").post(RequestBody.create(json, JSON)).header("Authorization", bearer).build();
      try (Response response = ok.newCall(request).execute()) {
        if (response.isSuccessful()) {
          return response.body().string();
        }
        if (response.code() != 429 && response.code() < 500) {
          throw new IOException(response.body().string());
        }
      }
      tries++;
      sleepQuietly(1000L * tries);
    } while (tries < 5);
    throw new IOException("kling: no answer after " + tries);
  }
}
