public final class Reads {
    private static final int TRIES = 3;

    JsonNode read(String path) throws Exception {
        IOException last = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                HttpResponse<String> r = http.send(HttpRequest.newBuilder(URI.create(BASE + path)).GET().build(), BodyHandlers.ofString());
                if (r.statusCode() < 500) {
                    return mapper.readTree(r.body());
                }
                last = new IOException(r.statusCode() + " " + r.body());
            } catch (HttpTimeoutException e) {
                last = e;
            }
            Thread.sleep(ThreadLocalRandom.current().nextLong(500L << i));
        }
        throw last;
    }
}
