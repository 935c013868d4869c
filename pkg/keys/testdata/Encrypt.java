import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.AlgorithmParameters;
import java.util.Base64;
import javax.crypto.*;
import javax.crypto.spec.*;

class Encrypt {
    public static void main(String[] args) throws Exception {
        String pem = Files.readString(Path.of(args[0])).replaceAll("-----[A-Z ]+-----|\\s", "");
        char[] password = Files.readString(Path.of(args[1])).toCharArray();
        for (String scheme : args[2].split(",")) {
            SecretKey key = SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password));
            Cipher cipher = Cipher.getInstance(scheme);
            cipher.init(Cipher.ENCRYPT_MODE, key, new PBEParameterSpec("saltsaltsaltsalt".getBytes(StandardCharsets.UTF_8), 5000));
            byte[] data = cipher.doFinal(Base64.getDecoder().decode(pem));
            AlgorithmParameters parameters = cipher.getParameters();
            if (scheme.startsWith("PBEWithHmac")) {
                parameters = AlgorithmParameters.getInstance("PBES2"); // its name in the file, which old JDKs do not find
                parameters.init(cipher.getParameters().getEncoded());
            }
            byte[] der = new EncryptedPrivateKeyInfo(parameters, data).getEncoded();
            System.out.println("-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(der) + "\n-----END ENCRYPTED PRIVATE KEY-----");
        }
    }
}
