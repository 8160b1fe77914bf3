package com.example.kling;

public class Submitter {
    public String submit(String json) throws InterruptedException {
        int attempt = 0;
        while (true) {
            try {
                HttpRequest request = HttpRequest.newBuilder(URI.create(URL)).POST(BodyPublishers.ofString(json)).build();
                return http.send(request, BodyHandlers.ofString()).body();
            } catch (Exception e) {
                attempt++;
                Thread.sleep(1000L * attempt);
            }
        }
    }
}
